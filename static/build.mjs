// Makes build/static/ from node_modules and static/: one style sheet, the scripts, the fonts. Needs no network.
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";
import { compileAsync } from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const out = path.join(root, "build", "static");
const modules = path.join(root, "node_modules");
const fontFiles = path.join(modules, "@fontsource", "source-sans-3", "files");

async function styles() {
  const { css } = await compileAsync(path.join(here, "scss", "concord.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
  });
  for (const foreign of ["url(http", "url(//", "GDS Transport", "crest"]) {
    if (css.includes(foreign)) throw new Error(`concord.css must not contain ${foreign}`);
  }
  await writeFile(path.join(out, "concord.css"), css);
}

// The script of every page, and those that draw, which only their own pages load.
async function scripts() {
  await build({
    entryPoints: ["concord", "graph", "chart"].map((name) => path.join(here, "js", `${name}.js`)),
    outdir: out,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "eof",
    logLevel: "warning",
  });
}

async function fonts() {
  await mkdir(path.join(out, "fonts"));
  for (const weight of [400, 600]) {
    for (const subset of ["latin", "latin-ext"]) {
      const name = `source-sans-3-${subset}-${weight}-normal.woff2`;
      await cp(path.join(fontFiles, name), path.join(out, "fonts", name));
    }
  }
  await cp(path.join(fontFiles, "..", "LICENSE"), path.join(out, "fonts", "LICENSE.txt"));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), scripts(), fonts()]);
