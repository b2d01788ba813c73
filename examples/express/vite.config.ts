import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: 'page',
  // The condition takes this repository's packages from their source; an application of yours needs none of it.
  resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
  build: { target: 'es2022', outDir: '../dist', emptyOutDir: true },
});
