import { describe } from 'vitest';
import { describeConversation } from './conversation';
import { webrtcStage } from './stage';

describe('a conversation over real peer connections in Chromium, the simulated avatar in the page', () => {
  describeConversation({ start: webrtcStage(), startNarrow: webrtcStage('small') });
});
