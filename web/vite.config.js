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

/**
 * The two interfaces, by the `--mode` they are built and served with, and where each finds its
 * server during development: the demo's, or `npm run mock`.
 */
const SERVERS = { gateway: 'http://127.0.0.1:8081', portal: 'http://127.0.0.1:8090' };

export default defineConfig(({ mode }) => {
  // Tools that only want to know how pages are compiled have modes of their own.
  const pages = mode === 'portal' ? 'portal' : 'gateway';
  const server = process.env.BASE_URL ?? SERVERS[pages];
  return {
    root: pages,
    base: './',
    plugins: [svelte({ configFile: false }), precompressed()],
    build: {
      outDir: `../dist/${pages}`,
      emptyOutDir: true,
      // A data: address would need a wider content security policy than 'self'.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'es2022',
    },
    // A server answers only to its own name, so the requests carry that.
    server: { proxy: { '/api': { target: server, changeOrigin: true, headers: { origin: server } } } },
  };
});
