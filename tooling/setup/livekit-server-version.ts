/** The livekit-server that tests and the demo run. The only place that names it. */
export const livekitServerVersion = 'v1.13.5';
