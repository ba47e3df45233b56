// Loads a component as a browser does: its parts in one scope, in the order that Python names. Each test file has a
// process of its own and loads one.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

// `npm test` asks Python once for all files; a test file that is run by itself asks by itself.
function partsOf(component) {
  const ask = () => execFileSync(".venv/bin/python", ["-m", "tests.js.parts"], { cwd: ROOT, encoding: "utf8" });
  return JSON.parse(process.env.SVERKA_CARD_PARTS || ask())[component];
}

// What these names stand for in the component's scope. Parts keep their lines, so a stack trace names them truly.
export function load(component, ...names) {
  for (const path of partsOf(component)) {
    const script = readFileSync(path, "utf8").replace(/^export default /m, "");
    vm.runInThisContext(`"use strict"; ${script}`, { filename: path });
  }
  return vm.runInThisContext(`({ ${names.join(", ")} })`);
}
