"""The lake (数据湖): evidence as typed Parquet, clustered by subject. Derived from the register, rebuilt at will."""
