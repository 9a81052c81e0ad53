// Charts of evaluations: how grades lie, and the course of one organisation. Tables beside them say the same in numbers.
"use strict";

const inDark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const charts = [];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const base = () => ({
  animation: !still.matches, animationDuration: 300,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("ink") },
  tooltip: { trigger: "axis", confine: true, backgroundColor: colour("sheet"), borderColor: colour("line"), textStyle: { color: colour("ink") } },
});
// Both are #rrggbb; ``part`` of the first.
function mixed(one, other, part) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [a, b] = [parts(one), parts(other)];
  return `rgb(${a.map((value, at) => Math.round(value * part + b[at] * (1 - part))).join(",")})`;
}

// Grades have the colours of their chips; of several of one colour the one farthest out is full, the others are fainter.
function style(tones, place) {
  const same = tones.flatMap((tone, at) => (tone === tones[place] ? [at] : []));
  const outermost = tones[place] === "good" ? same[0] : same[same.length - 1];
  const steps = Math.abs(place - outermost);
  return { color: mixed(colour(tones[place] || "line-strong"), colour("sheet"), Math.max(1 - steps * 0.45, 0.3)) };
}

// How grades lie: one bar for each grade, the best first; beside it the run before, where there is one.
function grades(told) {
  const series = [{ name: told.names[0], type: "bar", barMaxWidth: 44,
    data: told.shares.map((share, place) => ({ value: share, itemStyle: { ...style(told.tones, place), borderRadius: [4, 4, 0, 0] } })),
    itemStyle: { color: colour("accent") },
    label: { show: true, position: "top", color: colour("soft"), formatter: (p) => `${p.value}%` } }];
  if (told.before) series.push({ name: told.names[1], type: "bar", barMaxWidth: 44, data: told.before,
    itemStyle: { color: colour("line-strong"), opacity: 0.45, borderRadius: [4, 4, 0, 0] } });
  return { ...base(), grid: { left: 8, right: 8, top: 30, bottom: 4, containLabel: true },
    legend: told.before ? { top: 0, right: 0, textStyle: { color: colour("soft") } } : undefined,
    xAxis: { type: "category", data: told.grades, axisTick: { show: false }, axisLabel: { color: colour("ink"), fontSize: 14 }, axisLine: { lineStyle: { color: colour("line-strong") } } },
    yAxis: { type: "value", axisLabel: { color: colour("soft"), formatter: "{value}%" }, splitLine: { lineStyle: { color: colour("line") } } },
    series };
}

// Shares of grades in groups: one lying bar for each group, cut into grades.
function groups(told) {
  return { ...base(), grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
    tooltip: { ...base().tooltip, valueFormatter: (v) => `${v}%` },
    legend: { top: 0, textStyle: { color: colour("soft") } },
    xAxis: { type: "value", max: 100, axisLabel: { color: colour("soft"), formatter: "{value}%" }, splitLine: { show: false } },
    yAxis: { type: "category", inverse: true, data: told.groups, axisTick: { show: false }, axisLabel: { color: colour("ink"), width: 110, overflow: "truncate" }, axisLine: { show: false } },
    series: told.grades.map((grade, place) => ({ name: grade, type: "bar", stack: "all", barMaxWidth: 20,
      itemStyle: style(told.tones, place), data: told.shares.map((row) => row[place]) })) };
}

// The course of one organisation: what was as a line, what time alone will do as a broken one, grades as faint borders.
function course(told) {
  const all = [...told.was, ...told.ahead].map((p) => p[1]);
  const low = Math.min(...all), high = Math.max(...all), room = Math.max((high - low) * 0.25, 20);
  const near = told.bands.filter(([, least]) => least > low - room && least < high + room);
  const step = { type: "line", step: "end", symbolSize: 8 };
  return { ...base(), grid: { left: 8, right: 40, top: 30, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: colour("soft") } },
    xAxis: { type: "time", axisLabel: { color: colour("soft"), hideOverlap: true }, axisLine: { lineStyle: { color: colour("line-strong") } } },
    yAxis: { type: "value", min: Math.floor(low - room), max: Math.ceil(high + room), axisLabel: { color: colour("soft") }, splitLine: { show: false } },
    series: [
      { ...step, name: told.names[0], data: told.was, lineStyle: { color: colour("accent"), width: 3 }, itemStyle: { color: colour("accent") },
        markLine: { silent: true, symbol: "none", label: { color: colour("soft"), formatter: (p) => p.name },
          lineStyle: { color: colour("line-strong"), type: "dotted" }, data: near.map(([grade, least]) => ({ yAxis: least, name: grade })) } },
      { ...step, name: told.names[1], data: told.ahead, lineStyle: { color: colour("accent"), width: 2, type: "dashed" }, itemStyle: { color: colour("accent"), opacity: 0.7 } },
    ] };
}

const kinds = { grades, groups, course };
for (const place of document.querySelectorAll("[data-evaluation]")) {
  const told = JSON.parse(place.dataset.told);
  if (!(told.was || told.shares || []).length) continue;
  place.classList.add("is-drawn");
  if (told.groups) place.classList.add(`of-${Math.min(told.groups.length, 15)}`);
  const chart = echarts.init(place, null, { renderer: "canvas" });
  charts.push(() => { chart.setOption(kinds[place.dataset.evaluation](told), true); chart.resize(); });
}
const drawAll = () => { for (const one of charts) one(); };
drawAll();
inDark.addEventListener("change", drawAll);
addEventListener("resize", drawAll);
