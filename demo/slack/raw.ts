import type { Deliveries, Recorded } from './events/deliver.ts';
import type { Delivered, DeliverOptions } from './events/delivered.ts';
import { encode, type HttpWire, type SignedRequest } from './events/http-delivery.ts';
import type { SocketWire } from './events/socket-mode.ts';
import { isJson, parseJson } from './json.ts';

/** Slack's wires without Slack's manners: for attacks, replays and broken payloads. */
export interface Raw {
  /** Everything that was delivered, newest last. */
  readonly recorded: readonly Recorded[];
  /** Posts any body to the app, signed with the secret and now unless the options say otherwise. */
  post(contentType: string, body: string, options?: DeliverOptions): Promise<Delivered>;
  /** The same bytes with the signature and timestamp of its first time, e.g. five minutes later. */
  sign(recorded: Recorded, options?: DeliverOptions): SignedRequest;
  postSigned(request: SignedRequest): Promise<Delivered>;
  /** The same delivery once more, signed anew, over the wire that is in use. */
  replay(recorded: Recorded, options?: DeliverOptions): Promise<Delivered>;
  /** Any text or object as an envelope to one socket; false when there is none. */
  sendEnvelope(envelope: unknown): boolean;
  /** Slack's check of a new Request URL; true when the app echoes the challenge. */
  verifyUrl(): Promise<boolean>;
}

export function createRaw(deliveries: Deliveries, http: HttpWire, socket: SocketWire): Raw {
  return {
    recorded: deliveries.recorded,
    post: (contentType, body, options) => http.post(http.sign(contentType, body, options)),
    sign({ kind, body }, options) {
      const contentType = kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded';
      return http.sign(contentType, encode(kind, body), options);
    },
    postSigned: (request) => http.post(request),
    replay: ({ kind, body }, options) => deliveries.send(kind, body, options),
    sendEnvelope: (envelope) => socket.sendRaw(envelope),
    async verifyUrl() {
      const challenge = 'simulated-challenge';
      const body = JSON.stringify({ token: 'x', challenge, type: 'url_verification' });
      const { payload } = await http.post(http.sign('application/json', body));
      const echoed = isJson(payload) ? payload['challenge'] : parseJson(String(payload));
      return echoed === challenge;
    },
  };
}
