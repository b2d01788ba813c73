import { defaultClientConditions, defaultServerConditions, defineConfig } from 'vite';
import { livekitRooms } from './server/livekit-rooms.ts';

// The condition takes this repository's packages from their source; an application of yours needs none of it.
const source = '@avatarwire/source';

export default defineConfig({
  plugins: [livekitRooms()],
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  build: { target: 'es2022' },
});
