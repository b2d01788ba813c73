/** What a page under test has by the script tag. */

import type {
  StreamingAvatar as Avatar,
  StreamEvents as Events,
  StreamingAvatarOptions,
} from '../../src/index';

declare global {
  var StreamingAvatar: new (options?: Partial<StreamingAvatarOptions>) => Avatar;
  var StreamEvents: typeof Events;
  /** What a test goes on talking about. */
  var avatarUnderTest: Avatar;
}
