/** Every row of the budgets, in their order. A new row is a file here and a line below. */

import type { Row } from '../report';
import { background } from './background';
import { brokerLoad } from './broker-load';
import { chunking } from './chunking';
import { documentedSender } from './documented-sender';
import { handOverTime } from './hand-over-time';
import { interrupt } from './interrupt';
import { livekitInterrupt } from './livekit-interrupt';
import { livekitRoundTrip } from './livekit-round-trip';
import { livekitText } from './livekit-text';
import { packageSizes } from './package-sizes';
import { pageDownloads } from './page-downloads';
import { pageEnds } from './page-ends';
import { peerSizes } from './peer-sizes';
import { sdkDoubles } from './sdk-doubles';
import { soak } from './soak';
import { streams } from './streams';
import { textCuts } from './text-cuts';
import { violations } from './violations';
import { wireBytes } from './wire-bytes';

export const rows: readonly Row[] = [
  handOverTime,
  documentedSender,
  violations,
  sdkDoubles,
  wireBytes,
  textCuts,
  interrupt,
  livekitInterrupt,
  streams,
  chunking,
  livekitRoundTrip,
  livekitText,
  background,
  packageSizes,
  peerSizes,
  pageDownloads,
  pageEnds,
  soak,
  brokerLoad,
];
