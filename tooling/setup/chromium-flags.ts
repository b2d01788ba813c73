/**
 * What a headless Chromium needs for tests of media: fake devices granted without asking, peer
 * connections over loopback with plain addresses, nothing fetched in the background, no name looked up: a vendor's SDK
 * that is under test reaches nobody.
 */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
