import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  // The condition takes this repository's packages from their source; a project of yours needs none of it.
  resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
  build: { target: 'es2022', rollupOptions: { input: [page('index.html'), page('avatar.html')] } },
});
