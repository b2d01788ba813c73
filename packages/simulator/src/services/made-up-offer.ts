import type { Random } from '../random';
import { alphanumeric, digits, hex } from './names';

/** An offer that a browser takes: voice, picture and a data channel, from a peer that nobody can reach. */
export function madeUpOffer(random: Random): string {
  const fingerprint = hex(random, 64)
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');
  const ice = [
    `a=ice-ufrag:${alphanumeric(random, 4)}`,
    `a=ice-pwd:${alphanumeric(random, 24)}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
  ];
  const media = (mid: number, kind: 'audio' | 'video', payload: number, codec: string) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payload}`,
    'c=IN IP4 0.0.0.0',
    ...ice,
    `a=mid:${mid}`,
    'a=sendonly',
    `a=msid:avatar ${kind}`,
    'a=rtcp-mux',
    `a=rtpmap:${payload} ${codec}`,
    `a=ssrc:${digits(random, 9)} cname:avatar`,
  ];
  return [
    'v=0',
    `o=- ${digits(random, 15)} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1 2',
    'a=msid-semantic: WMS avatar',
    ...media(0, 'audio', 111, 'opus/48000/2'),
    ...media(1, 'video', 96, 'VP8/90000'),
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...ice,
    'a=mid:2',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    '',
  ].join('\r\n');
}
