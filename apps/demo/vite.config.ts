import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwind()],
  resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
  build: { target: 'es2022', sourcemap: false, assetsInlineLimit: 0 },
});
