/** Whose hosts the page may reach beside this server. */
export type Vendor = 'agora' | 'trtc';

/** Where a vendor's SDK connects to, over https and wss. */
const vendorHosts: Readonly<Record<Vendor, readonly string[]>> = {
  // Agora's firewall page: subdomains of these; the gateways listen on ports of their own.
  agora: ['*.agora.io:*', '*.sd-rtn.com:*', '*.rtnsvc.com:*', '*.rtesvc.com:*'],
  // TRTC's firewall page: all on port 443.
  trtc: [
    '*.rtc.qcloud.com',
    '*.rtc.qq.com',
    '*.cloud-rtc.com',
    '*.cloud-rtc.net',
    '*.my-imcloud.com',
    '*.rtc-web.com',
    '*.rtc-web.io',
    'yun.tim.qq.com',
  ],
};

/**
 * What the page may load and where it may connect: this server, a livekit-server on loopback, and the hosts of a
 * vendor only where the user gave an account with it. A real service says with each session where its LiveKit server
 * is, so that with one (`anywhere`) every host that speaks https or wss may be reached.
 */
export function pageHeaders(vendors: Iterable<Vendor>, anywhere: boolean): Readonly<Record<string, string>> {
  const hosts = [...vendors]
    .flatMap((vendor) => vendorHosts[vendor])
    .flatMap((host) => [`https://${host}`, `wss://${host}`]);
  const beyond = anywhere ? ['https:', 'wss:'] : hosts;
  return {
    'content-security-policy': [
      "default-src 'self'",
      // RNNoise, which takes the noise out of the microphone, is WebAssembly.
      "script-src 'self' 'wasm-unsafe-eval'",
      ["connect-src 'self' ws://127.0.0.1:* http://127.0.0.1:*", ...beyond].join(' '),
      "img-src 'self' data:",
      "media-src 'self' blob:",
      "worker-src 'self' blob:",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    // What the visitor may be asked for, by this page alone and by no frame in it.
    'permissions-policy': [
      'camera=(self)',
      'microphone=(self)',
      'display-capture=(self)',
      'speaker-selection=(self)',
      'autoplay=(self)',
      'geolocation=()',
    ].join(', '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
