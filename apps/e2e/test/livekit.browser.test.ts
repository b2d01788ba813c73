import { describe } from 'vitest';
import { describeConversation } from './conversation';
import { haveLivekitServer, livekitStage } from './stage';

describe.skipIf(!haveLivekitServer)(
  'a conversation over a real livekit-server and livekit-client in Chromium, the simulated avatar in Node',
  () => {
    describeConversation({ start: livekitStage(), startNarrow: livekitStage() });
  },
);
