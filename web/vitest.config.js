import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// unit: pure functions. pages: the built pages in Chromium before mock servers. demo: the same
// browser before the demo's gateway at BASE_URL and its portal, by the link of its first login.
// guide: takes the pictures of docs/guide.md there.
export default defineConfig({
  plugins: [svelte({ configFile: false })],
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['{access,administration,gateway,mbus,meter-form,parts,portal,rest,texts}/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'pages', include: ['tests/pages/**/*.test.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'demo',
          include: ['tests/gateway.test.ts', 'tests/portal.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Inside a test BASE_URL is a name of Vite's own.
          env: { GATEWAY_URL: process.env.BASE_URL ?? '', PORTAL_LOGIN: process.env.PORTAL_LOGIN ?? '' },
        },
      },
      {
        extends: true,
        test: { name: 'guide', include: ['tests/guide.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 },
      },
    ],
  },
});
