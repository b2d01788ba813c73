import { trtc } from '@avatarwire/trtc';
import { handOver } from '../hand-over';

handOver(() => trtc());
