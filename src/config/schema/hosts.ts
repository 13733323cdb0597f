import type { z } from 'zod';
import { chosen, isMapping, leaf, mapping, named } from '../leaf.ts';
import { argv, boolean, hostAddress, hostKey, path, port, userName } from '../values.ts';

const sshHost = mapping({
  ssh: mapping({
    address: hostAddress,
    port: port.default(22),
    user: userName,
    key_file: path,
    host_key: hostKey,
  }),
  supervisorctl: argv.optional(),
  runner: boolean.default(false),
});

/** `local: false` would be a host that is nowhere. */
const localHost = mapping({
  local: leaf('one-of', (value) => (value === true ? true : undefined), { names: ['true'] }),
  supervisorctl: argv.optional(),
});

export type HostSection = z.infer<typeof sshHost> | z.infer<typeof localHost>;

const nowhere = mapping({
  ssh: leaf<never>('ssh-or-local', () => undefined),
  supervisorctl: argv.optional(),
  runner: boolean.default(false),
});

export const hostsSchema = named(
  'name',
  /^[A-Za-z0-9][\w.-]{0,63}$/,
  chosen<HostSection>((value): z.ZodType<HostSection> => {
    if (!isMapping(value) || 'ssh' in value) return sshHost;
    return 'local' in value ? localHost : nowhere;
  }),
);
