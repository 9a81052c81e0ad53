"""Reconciliation (对账): do two sides hold the same statements, and where they differ, how?"""
