import { fileURLToPath, URL } from 'node:url';
import { defineConfig } from 'vite';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const SERVER = 'http://127.0.0.1:4100';

// Vite compiles JSX itself, as tsconfig.json says, so that no plugin for React is needed.
export default defineConfig({
  root: pathOf('.'),
  resolve: {
    // In a repository of its own, install the archive of `npm pack ./packages/client` instead.
    alias: { 'stage-task-gateway-client/apollo': pathOf('../../packages/client/src/apollo.ts') },
  },
  // Nothing is inlined, because the policy of the pages allows only files of their own origin.
  build: { outDir: pathOf('dist'), emptyOutDir: true, assetsInlineLimit: 0 },
  // `npx vite examples/dashboard` serves the sources beside a running `npm run example:dashboard`.
  server: { proxy: { '/graphql': SERVER, '/config.json': SERVER } },
});
