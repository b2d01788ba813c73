import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwind()],
  resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Kept in one piece: else a part that only the simulator uses goes to its chunk, and the adapter asks for that.
          includeDependenciesRecursively: false,
          groups: [
            { name: 'webrtc', test: /\/packages\/webrtc\/src\// },
            { name: 'offering', test: /\/packages\/simulator\/src\/webrtc\/offering-/ },
          ],
        },
        chunkFileNames: ({ facadeModuleId }) => `assets/${packageOf(facadeModuleId ?? '')}-[hash].js`,
      },
    },
  },
});

/** Chunks are named after what they hold, so that the browser's list of downloads can be read. */
function packageOf(module: string): string {
  const [, vendor] = /.*\/node_modules\/(?:@[^/]+\/)?([^/]+)\//.exec(module) ?? [];
  if (vendor !== undefined) return `sdk-${vendor}`;
  const [, ours, part] = /\/packages\/([^/]+)\/src\/(?:([^/]+)\/)?index\.ts$/.exec(module) ?? [];
  if (ours === undefined) return 'shared';
  return part === undefined ? ours : `${ours}-${part}`;
}
