// Charts drawn from the tables beside them: the numbers are the same, and a bar leads where its number leads.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = [];

for (const place of document.querySelectorAll("[data-chart]")) {
  const rows = [...place.parentElement.querySelectorAll("tbody tr")].map((row) => ({
    name: row.querySelector("th").textContent,
    value: Number(row.querySelector("a").firstChild.textContent.replaceAll(",", "")),
    url: row.querySelector("a").href,
  }));
  if (!rows.length) continue;
  const lying = place.dataset.chart === "bars";
  place.classList.add(lying ? "is-bars" : "is-columns", `of-${Math.min(rows.length, 15)}`);
  place.parentElement.classList.add("has-chart");
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.on("click", (event) => { location.assign(rows[event.dataIndex].url); });
  drawn.push(() => { chart.setOption(option(rows, lying), true); chart.resize(); });
}

function option(rows, lying) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = { type: "category", data: rows.map((r) => r.name), inverse: lying, axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("line-strong") } }, axisLabel: { color: colour("ink"), width: 120, overflow: "truncate" } };
  const values = { type: "value", axisLabel: { color: colour("soft") }, splitLine: { lineStyle: { color: colour("line") } } };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 300,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: lying ? 56 : 8, top: lying ? 4 : 24, bottom: 4, containLabel: true },
    xAxis: lying ? { ...values, show: false } : names,
    yAxis: lying ? names : values,
    series: [{ type: "bar", data: rows.map((r) => r.value), barMaxWidth: lying ? 18 : 34, cursor: "pointer",
      itemStyle: { color: colour("accent"), borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
      label: { show: true, position: lying ? "right" : "top", color: colour("soft"), formatter: (p) => p.value.toLocaleString("en") } }],
  };
}

const draw = () => { for (const one of drawn) one(); };
draw();
dark.addEventListener("change", draw);
addEventListener("resize", draw);
