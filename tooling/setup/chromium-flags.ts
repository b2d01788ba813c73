/**
 * What a headless Chromium needs for tests of media: fake devices granted without asking, peer
 * connections over loopback with plain addresses, nothing fetched in the background.
 */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
