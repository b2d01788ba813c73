import { createHmac } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { agoraToken } from '../src/providers/agora-token';
import { trtcUserSig } from '../src/providers/trtc-user-sig';

describe('what is signed here', () => {
  test("an Agora token is, byte for byte, the one in the vendor's own test", () => {
    const token = agoraToken({
      appId: '970CA35de60c44645bbae8a215061b33',
      appCertificate: '5CFd2fd1755d40ecb72977518be15d3b',
      channel: '7d72365eb983485397e3e3f9d460bdda',
      uid: '2882341273',
      lifetimeSeconds: 600,
      privileges: [1],
      issuedAt: 1_111_111,
      salt: 1,
    });
    expect(token).toBe(
      '007eJxTYBBbsMMnKq7p9Hf/HcIX5kce9b518kCiQgSr5Zrp4X1Tu6UUGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0SjQxNDcwMk4yN3b8IMEQ' +
        'wMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiVwMRhYWRsYmhkbmxgDCaiTj',
    );
  });

  test('a userSig opens to its claims, and its signature is over them', () => {
    const userSig = trtcUserSig({
      sdkAppId: 1_400_000_000,
      secretKey: 'a key of the test',
      userId: 'visitor',
      lifetimeSeconds: 3_600,
      issuedAt: 1_767_225_600,
    });
    expect(userSig).toMatch(/^[\w*-]+$/);
    const base64 = userSig.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
    const lines = 'TLS.identifier:visitor\nTLS.sdkappid:1400000000\nTLS.time:1767225600\nTLS.expire:3600\n';
    expect(JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString())).toEqual({
      'TLS.ver': '2.0',
      'TLS.identifier': 'visitor',
      'TLS.sdkappid': 1_400_000_000,
      'TLS.time': 1_767_225_600,
      'TLS.expire': 3_600,
      'TLS.sig': createHmac('sha256', 'a key of the test').update(lines).digest('base64'),
    });
  });
});
