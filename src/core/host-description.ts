/** A machine on which commands are run, as `hosts:` of the configuration describes it. */
export type HostDescription = SshHost | LocalHost;

export interface SshHost {
  readonly kind: 'ssh';
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  /** `SHA256:` and the unpadded base64 of the host key's hash. */
  readonly hostKey: string;
  /** Split into argv; left out: this host has no Supervisor to ask. */
  readonly supervisorctl?: readonly string[];
  /** The key is bound to the shipped runner instead of a login shell. */
  readonly runner: boolean;
}

/** The machine that Queuekeeper itself runs on. */
export interface LocalHost {
  readonly kind: 'local';
  readonly name: string;
  readonly supervisorctl?: readonly string[];
}
