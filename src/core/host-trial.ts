/** What a host said when it was tried: nothing on it was changed. */
export type HostTrial = { readonly host: string } & (
  | { readonly kind: 'answers'; readonly runner: boolean }
  | {
      /** The configuration and the key's line on the host don't fit, or the runner's own configuration is not right. */
      readonly kind: 'misfit';
      readonly why: 'runner-bound' | 'runner-missing' | 'runner-refused' | 'directory-missing';
      /** The host's own words, redacted. */
      readonly detail: string;
    }
);
