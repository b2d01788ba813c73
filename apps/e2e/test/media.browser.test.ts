import { setLogLevel } from 'livekit-client';
import { describe, inject } from 'vitest';
import { commands } from 'vitest/browser';
import { describeMedia } from './media/cases';
import { agoraMedia, livekitMedia, trtcMedia, webrtcMedia } from './media/stage';

setLogLevel('silent');

const server = inject('livekitServer');
const GRANT = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };

describe("the visitor's devices, Chromium's fake ones, over real peer connections", () => {
  describeMedia(webrtcMedia);
});

describe.skipIf(server === null)(
  "the visitor's devices, Chromium's fake ones, over livekit-client and a real livekit-server",
  () => {
    if (server === null) return;
    describeMedia(
      livekitMedia(server.url, (room, who) => commands.livekitToken(server, who, { ...GRANT, room })),
    );
  },
);

describe("the visitor's devices, Chromium's fake ones, over a double of Agora's SDK", () => {
  describeMedia(agoraMedia);
});

describe("the visitor's devices, Chromium's fake ones, over a double of TRTC's SDK", () => {
  describeMedia(trtcMedia);
});
