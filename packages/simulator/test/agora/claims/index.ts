import { callClaims } from './calls';
import { channelClaims } from './channel';
import type { Claim } from './claim';
import { dataClaims } from './data';
import { emitterClaims } from './emitter';
import { joinClaims } from './join';
import { trackClaims } from './tracks';

/** Everything that is said of the SDK and can be asked where its cloud is out of reach. */
export const claims: Readonly<Record<string, readonly Claim[]>> = {
  'what there is, and calls before joining': callClaims,
  'data messages': dataClaims,
  'the emitter': emitterClaims,
  'joining and leaving': joinClaims,
  'in a channel': channelClaims,
  'custom tracks': trackClaims,
};
