import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { jdmEditor } from "./jdm/plugin.ts";
import { oneLanguage } from "./texts/plugin.ts";

const OUT = "../src/orderloom/console_dist";
const SHRINKS = /\.(js|css|html|svg|json|wasm|webmanifest)$/;
const SMALL_BYTES = 1024;

/** Lays a .br and a .gz beside each file that shrinks, so that the server only picks. */
function compressed(): Plugin {
  return {
    name: "orderloom-compressed",
    apply: "build",
    closeBundle: {
      // The service worker is written at the end of the bundle too, before this.
      sequential: true,
      order: "post",
      handler() {
        for (const each of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
          if (!each.isFile() || !SHRINKS.test(each.name)) continue;
          const path = join(each.parentPath, each.name);
          const body = readFileSync(path);
          if (body.length < SMALL_BYTES) continue;
          writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
          writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
        }
      },
    },
  };
}

/** Pages that must open without a network on a device that never showed them: they are fetched ahead with the shell. */
const AHEAD = [
  "index.html",
  "src/kit/zh_texts.ts",
  "src/kit/en_texts.ts",
  "src/features/sessions/SignIn.tsx",
  "src/pages/home/Home.tsx",
  "src/pages/sales/Desk.tsx",
  "src/pages/scan/Scan.tsx",
];
const OUTSIDE = /^\/([a-z]\/|dealer(\/|$))/;
type Chunk = { file: string; css?: string[]; imports?: string[] };

/** The files of the build that these sources need at once. */
function needed(sources: string[]): Set<string> {
  const chunks = JSON.parse(readFileSync(join(OUT, "manifest.json"), "utf8")) as Record<string, Chunk>;
  const found = new Set<string>();
  const walk = (key: string) => {
    const chunk = chunks[key];
    if (!chunk || found.has(chunk.file)) return;
    for (const each of [chunk.file, ...(chunk.css ?? [])]) found.add(each);
    for (const each of chunk.imports ?? []) walk(each);
  };
  for (const each of sources) {
    if (!(each in chunks)) throw new Error(`${each} is no chunk of the build`);
    walk(each);
  }
  return found;
}

/**
 * The service worker: the shell and the pages that work without a network are kept ahead, any other file of the build
 * once it was used. Nothing that the API answers is ever kept by it. A new one waits until a person asks for it.
 */
const worker = VitePWA({
  strategies: "generateSW",
  registerType: "prompt",
  injectRegister: false,
  manifest: false,
  workbox: {
    globPatterns: ["index.html", "icon.svg", "icon-192.png", "assets/**/*.{js,css}"],
    manifestTransforms: [
      (entries) => {
        const wanted = needed(AHEAD);
        return { manifest: entries.filter(({ url }) => !url.startsWith("assets/") || wanted.has(url)), warnings: [] };
      },
    ],
    dontCacheBustURLsMatching: /^assets\//,
    maximumFileSizeToCacheInBytes: 8_000_000,
    navigateFallback: "index.html",
    // Outside pages (/f/…, /t/…, /dealer) are pages of their own.
    navigateFallbackDenylist: [/^\/api(\/|$)/, OUTSIDE, /^\/(healthz|readyz|metrics)/, /\.[a-z0-9]+$/i],
    runtimeCaching: [
      {
        urlPattern: /\/assets\/[^/]+$/,
        handler: "CacheFirst",
        options: { cacheName: "used", expiration: { maxEntries: 300 }, cacheableResponse: { statuses: [200] } },
      },
    ],
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
  },
});

const hub = process.env.ORDERLOOM_URL ?? "http://127.0.0.1:8750";

export default defineConfig({
  plugins: [jdmEditor(), oneLanguage(), react(), worker, compressed()],
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
  // Parsing all sources takes seconds on a busy machine.
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node", testTimeout: 60_000 },
});
