// Draws how many members can act at each step. Each part of a bar says its approach by letters and by a pattern, not only by colour.
import { BarController, BarElement, CategoryScale, Chart, LinearScale } from "chart.js";
import { ACT, APPROACHES, FONT, INK, LINE, dataOf, inLines, whenFontIsThere } from "./drawing.js";

const BAR = 46;
const AROUND = 56;
const NARROW = 480;
const TILE = 10;

// stripes for each approach: which way they run
const STRIPES = { CJ: null, AD: [0, TILE, TILE, 0], VF: [0, TILE / 2, TILE, TILE / 2] };

function pattern(code) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = TILE;
  const pen = tile.getContext("2d");
  pen.fillStyle = APPROACHES[code];
  pen.fillRect(0, 0, TILE, TILE);
  const stripe = STRIPES[code];
  if (stripe) {
    pen.strokeStyle = "rgb(255 255 255 / 35%)";
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(stripe[0], stripe[1]);
    pen.lineTo(stripe[2], stripe[3]);
    pen.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

// Writes into each part "CJ 2", and "nobody" where there is no bar.
const words = {
  id: "words",
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    pen.save();
    pen.font = `600 14px ${FONT}`;
    pen.textBaseline = "middle";
    chart.data.datasets.forEach((series, place) => {
      chart.getDatasetMeta(place).data.forEach((bar, step) => write(pen, bar, series, series.data[step]));
    });
    const first = chart.getDatasetMeta(0).data;
    chart.data.labels.forEach((_label, step) => {
      if (chart.data.datasets.some((series) => series.data[step])) return;
      pen.fillStyle = ACT;
      pen.textAlign = "left";
      pen.fillText("nobody", chart.scales.x.left + 8, first[step].y);
    });
    pen.restore();
  },
};

function write(pen, bar, series, count) {
  if (!count) return;
  const text = [`${series.label} ${count}`, series.label].find((one) => pen.measureText(one).width + 8 < bar.width);
  if (!text) return;
  const width = pen.measureText(text).width + 8;
  pen.fillStyle = APPROACHES[series.label];
  pen.fillRect(bar.x - bar.width / 2 - width / 2, bar.y - 11, width, 22);
  pen.fillStyle = "#fff";
  pen.textAlign = "center";
  pen.fillText(text, bar.x - bar.width / 2, bar.y + 1);
}

await whenFontIsThere();
Chart.register(BarController, BarElement, CategoryScale, LinearScale);
const { steps, series } = dataOf("chart-data");
const canvas = document.getElementById("chart");
const box = canvas.parentElement;
box.style.height = `${steps.length * BAR + AROUND}px`;
const width = box.clientWidth < NARROW ? 14 : 32;
new Chart(canvas, {
  type: "bar",
  data: {
    labels: steps.map((name) => inLines(name, width)),
    datasets: series.map((one) => ({
      label: one.code,
      data: one.counts,
      backgroundColor: pattern(one.code),
      borderColor: "#fff",
      borderWidth: { right: 2 },
      barThickness: 28,
    })),
  },
  options: {
    indexAxis: "y",
    animation: false,
    maintainAspectRatio: false,
    events: [],
    scales: {
      x: {
        stacked: true,
        beginAtZero: true,
        ticks: { precision: 0, color: INK, font: { family: FONT, size: 14 } },
        grid: { color: LINE },
      },
      y: { stacked: true, ticks: { color: INK, font: { family: FONT, size: 14 } }, grid: { display: false } },
    },
  },
  plugins: [words],
});
