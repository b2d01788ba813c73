import { freeTcpPort, freeUdpPort } from './free-ports.ts';

export interface Ports {
  readonly signalling: number;
  readonly media: number;
  /** Nobody listens here. */
  readonly stun: number;
}

export async function choosePorts(): Promise<Ports> {
  return { signalling: await freeTcpPort(), media: await freeUdpPort(), stun: await freeUdpPort() };
}

/**
 * A configuration that opens nothing on any other interface and asks nobody outside.
 *
 * @param mediaAddress where media are offered
 */
export function loopbackConfig(
  ports: Ports,
  apiKey: string,
  apiSecret: string,
  mediaAddress: string,
): object {
  return {
    port: ports.signalling,
    bind_addresses: ['127.0.0.1'],
    keys: { [apiKey]: apiSecret },
    logging: { level: 'warn' },
    rtc: {
      udp_port: ports.media,
      // Its listener ignores `bind_addresses` and would open on every interface.
      tcp_port: 0,
      // Also ends the server's own questions to STUN servers.
      node_ip: mediaAddress,
      enable_loopback_candidate: true,
      ips: { includes: [`${mediaAddress}/32`] },
      // An empty list would hand public STUN servers to every client.
      stun_servers: [`127.0.0.1:${ports.stun}`],
      // A full reconnect rather than a participant that nobody hears.
      reconnect_on_data_channel_error: true,
    },
  };
}
