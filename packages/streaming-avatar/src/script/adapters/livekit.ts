import { livekit } from '@avatarwire/livekit';
import { handOver } from '../hand-over';

handOver(() => livekit());
