// Builds portal/static/anydoor.css and workspace.css: the parts of govuk-frontend our templates use,
// without its brand, turned so that they work from right to left as well. Run it with `make css`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const portal = join(here, "..", "..", "portal");

// Classes that the macros of templates/fields.html put together from parts.
const PUT_TOGETHER = ["radios", "checkboxes"].flatMap((kind) => [
  `govuk-${kind}`, `govuk-${kind}--small`, `govuk-${kind}__item`, `govuk-${kind}__input`, `govuk-${kind}__label`,
]).concat(["govuk-fieldset__legend--l", "govuk-fieldset__legend--s"]);

// govuk-frontend has physical sides only; a page in Arabic needs logical ones.
const LOGICAL = [
  [/\b(margin|padding)-left\b/g, "$1-inline-start"],
  [/\b(margin|padding)-right\b/g, "$1-inline-end"],
  [/\bborder-left\b/g, "border-inline-start"],
  [/\bborder-right\b/g, "border-inline-end"],
  [/(?<=[;{])left:/g, "inset-inline-start:"],
  [/(?<=[;{])right:/g, "inset-inline-end:"],
  [/float:left/g, "float:inline-start"],
  [/float:right/g, "float:inline-end"],
  [/text-align:left/g, "text-align:start"],
  [/text-align:right/g, "text-align:end"],
];

// What takes bytes and gives our pages nothing: theming variables, old engines, print fonts.
const SMALLER = [
  [/var\(--govuk-[\w-]+-colour, ?([^()]+|rgba?\([^()]*\))\)/g, "$1"],
  [/:root\{--govuk-frontend-version:[^}]*\}/g, ""],
  [/@media print\{[^{}]+\{font-family:sans-serif\}\}/g, ""],
  [/@media print\{[^{}]+\{font-size:\d+pt;line-height:[\d.]+(?:px)?\}\}/g, ""],
  // own/_frame.scss says it once, for all.
  [/font-family:system-ui,[^;}]*;?/g, ""],
  [/-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale;?/g, ""],
  [/@supports not \(text-wrap: ?balance\)\{(?:[^{}]*\{[^{}]*\})*\}/g, ""],
  [/-webkit-text-decoration-skip-ink:none;|-webkit-text-decoration-skip:none;|text-decoration-skip:none;?/g, ""],
];

// The public sheet is small; the agency workspace has one of its own with tables and more.
const STAFF = "workspace";
const SHEETS = [
  { name: "anydoor.css", has: (file) => !file.includes(STAFF), mostGzippedBytes: 6 * 1024 },
  { name: "workspace.css", has: () => true, mostGzippedBytes: 10 * 1024 },
];

function files(folder, ending, has) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending) && has(name)).sort();
}

// Every file of own/ is part of a sheet: a subject adds its own without touching another's.
function compile(has) {
  const own = files(join(here, "own"), ".scss", has)
    .map((name) => `@use "own/${name.replace(/^_|\.scss$/g, "")}";`);
  return sass.compileString(readFileSync(join(here, "anydoor.scss"), "utf8") + own.join("\n"), {
    style: "compressed",
    loadPaths: [here, join(here, "node_modules", "govuk-frontend", "dist")],
    quietDeps: true,
  }).css;
}

async function purge(css, has) {
  const folder = join(portal, "templates");
  const [purged] = await new PurgeCSS().purge({
    content: files(folder, ".html", has)
      .map((name) => ({ raw: readFileSync(join(folder, name), "utf8"), extension: "html" })),
    css: [{ raw: css }],
    extractors: [{ extensions: ["html"], extractor: (text) => text.match(/[\w-]+/g) ?? [] }],
    safelist: { standard: [...PUT_TOGETHER, "hidden", ":root"] },
  });
  return purged.css.trim();
}

for (const { name, has, mostGzippedBytes } of SHEETS) {
  const purged = await purge(compile(has), has);
  const css = [...SMALLER, ...LOGICAL].reduce((text, [from, to]) => text.replace(from, to), purged) + "\n";
  if (/gds|crown\.|\.woff|#1d70b8|url\(/i.test(css)) throw new Error("something of the brand is left");
  const size = gzipSync(css, { level: 9 }).length;
  console.log(`portal/static/${name}: ${css.length} bytes, ${size} gzipped`);
  if (size > mostGzippedBytes) throw new Error(`more than ${mostGzippedBytes} bytes gzipped`);
  writeFileSync(join(portal, "static", name), css);
}
