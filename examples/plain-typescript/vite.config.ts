import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  // The condition takes this repository's packages from their source; an application of yours needs none of it.
  resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
  build: { target: 'es2022' },
});
