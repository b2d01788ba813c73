import { agora } from '@avatarwire/agora';
import { handOver } from '../hand-over';

// At its own level the SDK writes every step to the console of whoever embeds the script.
handOver(() => agora({ logLevel: 'warning' }));
