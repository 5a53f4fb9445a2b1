import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { jdmEditor } from "./jdm/plugin.ts";

const OUT = "../src/orderloom/console_dist";
const SHRINKS = /\.(js|css|html|svg|json|wasm|webmanifest)$/;
const SMALL_BYTES = 1024;

/** Lays a .br and a .gz beside each file that shrinks, so that the server only picks. */
function compressed(): Plugin {
  return {
    name: "orderloom-compressed",
    apply: "build",
    closeBundle() {
      for (const each of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
        if (!each.isFile() || !SHRINKS.test(each.name)) continue;
        const path = join(each.parentPath, each.name);
        const body = readFileSync(path);
        if (body.length < SMALL_BYTES) continue;
        writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      }
    },
  };
}

const hub = process.env.ORDERLOOM_URL ?? "http://127.0.0.1:8750";

export default defineConfig({
  plugins: [jdmEditor(), react(), compressed()],
  resolve: { alias: { "~": join(import.meta.dirname, "src") } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    // The console, and the small page of whoever comes from outside: by a link, or as a dealer.
    rolldownOptions: { input: ["index.html", "outside.html"] },
  },
  server: { proxy: { "/api": { target: hub } } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node" },
});
