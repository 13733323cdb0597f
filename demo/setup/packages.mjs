import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';

/** What each package is recognised by; PHP extensions by name, all others by a program. */
const packages = [
  { name: 'mariadb-server', programs: ['mariadbd'] },
  { name: 'redis-server', programs: ['redis-server'] },
  { name: 'openssh-server', programs: ['sshd', 'ssh-keygen'] },
  { name: 'supervisor', programs: ['supervisord', 'supervisorctl'] },
  { name: 'php-cli', programs: ['php'] },
  { name: 'php-mysql', extensions: ['pdo_mysql'] },
  { name: 'php-redis', extensions: ['redis'] },
  { name: 'php-curl', extensions: ['curl'] },
  { name: 'php-mbstring', extensions: ['mbstring'] },
  { name: 'php-xml', extensions: ['dom'] },
  { name: 'composer', programs: ['composer'] },
  { name: 'unzip', programs: ['unzip'] },
  {
    name: 'libfaketime',
    files: [
      '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
      '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
    ],
  },
];
const chromium = { name: 'chromium', programs: ['chromium', 'chromium-browser', 'google-chrome'], any: true };

/** Installs what is missing where that is allowed (root on Debian or Ubuntu), else says what to install and how. */
export function ensurePackages({ chromium: withChromium = false } = {}) {
  const missing = findMissing(withChromium ? [...packages, chromium] : packages);
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(
      `These packages are missing: ${missing.join(', ')}.\nOn Debian or Ubuntu: sudo ${command}\nElsewhere: the packages of the same programs.`,
    );
  }
  console.log(`Installing ${missing.join(', ')} …`);
  install(missing);
  const still = findMissing(withChromium ? [...packages, chromium] : packages);
  if (still.length > 0) throw new Error(`Still missing after ${command}: ${still.join(', ')}.`);
}

function findMissing(wanted) {
  const extensions = new Set(
    (spawnSync('php', ['-m'], { encoding: 'utf8' }).stdout ?? '')
      .split('\n')
      .map((line) => line.trim().toLowerCase()),
  );
  const has = ({ programs = [], extensions: needed = [], files = [], any = false }) => {
    const found = programs.map(onPath);
    const programsThere = any ? found.some(Boolean) : found.every(Boolean);
    return (
      programsThere &&
      needed.every((name) => extensions.has(name)) &&
      (files.length === 0 || files.some((file) => existsSync(file)))
    );
  };
  return wanted.filter((one) => !has(one)).map(({ name }) => name);
}

/** Servers live in sbin, which is not on everybody's path. */
const onPath = (program) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'].some((folder) =>
    existsSync(`${folder}/${program}`),
  );

function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status;
  run(['update', '-q']);
  withoutServices(() => {
    const status = run(['install', '-y', '-q', '--no-install-recommends', ...names]);
    if (status !== 0) throw new Error(`apt-get install ${names.join(' ')} failed; its own words are above.`);
  });
}

/** The world starts its own servers; the packages' own must not start on this machine because of us. */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n');
    chmodSync(policy, 0o755);
  }
  try {
    work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}
