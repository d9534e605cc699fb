import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Writes `x.br` and `x.gz` beside every text file of the build, so the server never compresses. */
function precompressed() {
  return {
    name: 'precompressed',
    apply: /** @type {const} */ ('build'),
    generateBundle: {
      order: /** @type {const} */ ('post'),
      /**
       * @this {import('rolldown').PluginContext}
       * @param {unknown} _options
       * @param {import('rolldown').OutputBundle} bundle
       */
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(js|css|html|svg)$/.test(file.fileName)) continue;
          const plain = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: brotliCompressSync(plain, quality) });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(plain, { level: 9 }) });
        }
      },
    },
  };
}

const gateway = process.env.BASE_URL ?? 'http://127.0.0.1:8081';

export default defineConfig({
  root: 'gateway',
  base: './',
  plugins: [svelte({ configFile: false }), precompressed()],
  build: {
    outDir: '../dist/gateway',
    emptyOutDir: true,
    // A data: address would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  // Development beside a running gateway, or beside `npm run mock`. The gateway answers only to its
  // own name, so the requests carry that.
  server: { proxy: { '/api': { target: gateway, changeOrigin: true, headers: { origin: gateway } } } },
});
