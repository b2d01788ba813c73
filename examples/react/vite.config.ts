import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The condition takes this repository's packages from their source; an application of yours needs none of it.
  resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
  build: { target: 'es2022' },
});
