// A real livekit-server on loopback, for tests and the demo.

export { findLivekitServer } from '../setup/find-livekit-server.ts';
export { type LivekitServer, type LivekitServerOptions, startLivekitServer } from './start.ts';
