/** Every row of the budgets, in their order. A new row is a file here and a line below. */

import type { Row } from '../report';
import { background } from './background';
import { brokerLoad } from './broker-load';
import { chunking } from './chunking';
import { documentedSender } from './documented-sender';
import { handOverTime } from './hand-over-time';
import { interrupt } from './interrupt';
import { livekitRoundTrip } from './livekit-round-trip';
import { packageSizes } from './package-sizes';
import { pageEnds } from './page-ends';
import { sdkDoubles } from './sdk-doubles';
import { soak } from './soak';
import { streams } from './streams';
import { violations } from './violations';
import { wireBytes } from './wire-bytes';

export const rows: readonly Row[] = [
  handOverTime,
  documentedSender,
  violations,
  sdkDoubles,
  wireBytes,
  interrupt,
  streams,
  chunking,
  livekitRoundTrip,
  background,
  packageSizes,
  pageEnds,
  soak,
  brokerLoad,
];
