import type { MockServices } from './start-mock-services';

/** What runs where, and how an application is pointed at it. */
export function welcome(
  { urls, keys }: MockServices,
  where: { readonly livekitUrl: string | undefined; readonly pageRooms: boolean },
): string {
  const rows: readonly (readonly [string, string, string])[] = [
    ['AKOOL v4', urls.akool, `x-api-key: ${keys.akool.apiKey}`],
    ['A2E', urls.a2e, `Authorization: Bearer ${keys.a2e}`],
    ['HeyGen v1', urls.heygen, `X-Api-Key: ${keys.heygen}`],
    ['LiveAvatar', urls.liveavatar, `X-API-KEY: ${keys.liveavatar}`],
    ['model', urls.model, `Authorization: Bearer ${keys.model}`],
  ];
  return [
    'Mock services, on this machine only:',
    '',
    ...rows.map(([name, url, key]) => `  ${name.padEnd(11)} ${url.padEnd(34)} ${key}`),
    '',
    'Give your application these addresses instead of the real ones, with these keys. For AKOOL also',
    `  clientId ${keys.akool.clientId}, clientSecret ${keys.akool.clientSecret}`,
    '',
    ...roomsOf(urls.pages, where),
    '',
    `What is open and what it costs:  curl ${urls.control}/state`,
    `Let the next create be refused:  curl ${urls.control}/fail -H 'content-type: application/json' \\`,
    `    -d '{"service":"akool","on":"session.create","failure":{"name":"code","code":1215}}'`,
    '',
    'Ctrl+C ends it.',
  ].join('\n');
}

function roomsOf(
  pages: string,
  { livekitUrl, pageRooms }: { readonly livekitUrl: string | undefined; readonly pageRooms: boolean },
): string[] {
  const livekit = `LiveKit sessions get a room at ${livekitUrl} with a simulated avatar in it.`;
  const fromPages = `sessions get the rooms of pages that call hostRooms('${pages}', …).`;
  if (livekitUrl === undefined && !pageRooms)
    return [
      'Sessions get credentials that look right and lead nowhere; --livekit-url puts avatars into rooms of LiveKit,',
      '--page-rooms lets pages give rooms.',
    ];
  if (livekitUrl === undefined) return [`All ${fromPages}`];
  if (pageRooms) return [livekit, `All other ${fromPages}`];
  return [
    `${livekit} Those on Agora, TRTC and plain`,
    'WebRTC get credentials that look right and lead nowhere: no avatar joins them from here.',
  ];
}
