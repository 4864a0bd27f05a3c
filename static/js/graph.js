// Draws who needs whom. The page says the same in words and as a table; nothing here moves by itself.
import cytoscape from "cytoscape";
import { ACT, FONT, HARBOUR, INK, dataOf, inLines, whenFontIsThere } from "./drawing.js";

const CLOSER = 1.3;
const FAR = 80;
const MOVES = { left: [FAR, 0], right: [-FAR, 0], up: [0, FAR], down: [0, -FAR] };
const MARGIN = 24;
const WIDTH = 160;
const LETTERS = 20;
const LARGEST = 1.25;
const LINE_HEIGHT = 19;

const STYLE = [
  {
    selector: "node",
    style: {
      shape: "round-rectangle",
      width: WIDTH,
      height: "data(height)",
      "background-color": "#fff",
      "border-color": HARBOUR,
      "border-width": 2,
      color: INK,
      label: "data(name)",
      "font-family": FONT,
      "font-size": 15,
      "font-weight": 600,
      "text-wrap": "wrap",
      "text-halign": "center",
      "text-valign": "center",
    },
  },
  { selector: "node.nobody", style: { "border-color": ACT, "border-style": "dashed", "border-width": 3, color: ACT } },
  {
    selector: "edge",
    style: {
      width: "data(width)",
      "line-color": HARBOUR,
      "target-arrow-color": HARBOUR,
      "target-arrow-shape": "triangle",
      "arrow-scale": 1.3,
      "curve-style": "bezier",
      "control-point-step-size": 60,
      label: "data(count)",
      "font-family": FONT,
      "font-size": 15,
      "font-weight": 600,
      color: INK,
      "text-background-color": "#fff",
      "text-background-opacity": 1,
      "text-background-padding": 3,
    },
  },
  { selector: "edge.nobody", style: { "line-color": ACT, "line-style": "dashed", "target-arrow-color": ACT } },
];

function elementsOf({ nodes, links }) {
  const sign = (id) => (id === "nobody" ? "nobody" : "");
  return [
    ...nodes.map(({ id, name }) => {
      const lines = inLines(name, LETTERS);
      return { data: { id, name: lines.join("\n"), height: 22 + lines.length * LINE_HEIGHT }, classes: sign(id) };
    }),
    ...links.map((link) => ({
      data: { source: link.from, target: link.to, count: link.count, width: 1 + Math.min(link.count, 5) },
      classes: sign(link.to),
    })),
  ];
}

// Who needs stands above whom it needs; the same data always gives the same picture.
const LAYERS = { name: "breadthfirst", directed: true, animate: false, spacingFactor: 1.25, padding: MARGIN };
// Many that need each other would stand in one row, too small to read: in rings then, the most needed in the middle.
const RINGS = {
  name: "concentric",
  animate: false,
  padding: MARGIN,
  minNodeSpacing: 12,
  concentric: (node) => node.indegree(),
  levelWidth: (nodes) => Math.max(1, nodes.maxDegree() / 6),
};
const MANY = 15;

function showAll(graph) {
  graph.fit(undefined, MARGIN);
  if (graph.zoom() > LARGEST) {
    graph.zoom(LARGEST);
    graph.center();
  }
}

// A small picture needs no large frame.
function trim(graph, box) {
  const { w, h } = graph.elements().boundingBox();
  const scale = Math.min(LARGEST, (box.clientWidth - 2 * MARGIN) / w);
  box.style.height = `${Math.min(box.clientHeight, h * scale + 2 * MARGIN)}px`;
}

function listenToButtons(graph, box) {
  const middle = () => ({ x: box.clientWidth / 2, y: box.clientHeight / 2 });
  for (const button of document.querySelectorAll("[data-graph]")) {
    button.addEventListener("click", () => {
      const what = button.dataset.graph;
      if (what === "all") showAll(graph);
      else if (what === "in") graph.zoom({ level: graph.zoom() * CLOSER, renderedPosition: middle() });
      else if (what === "out") graph.zoom({ level: graph.zoom() / CLOSER, renderedPosition: middle() });
      else graph.panBy({ x: MOVES[what][0], y: MOVES[what][1] });
    });
  }
}

await whenFontIsThere();
const box = document.getElementById("graph");
const data = dataOf("graph-data");
const graph = cytoscape({
  container: box,
  elements: elementsOf(data),
  style: STYLE,
  layout: data.nodes.length > MANY ? RINGS : LAYERS,
  minZoom: 0.1,
  maxZoom: 4,
  autoungrabify: true,
  autounselectify: true,
  boxSelectionEnabled: false,
  // the wheel and the finger scroll the page; a mouse may drag the picture, and there are buttons
  userZoomingEnabled: false,
  userPanningEnabled: matchMedia("(pointer: fine)").matches,
});
trim(graph, box);
listenToButtons(graph, box);
new ResizeObserver(() => {
  graph.resize();
  showAll(graph);
}).observe(box);
