import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { NotReady } from './not-ready.mjs';

/** Servers live in sbin, which is not on everybody's path. */
const hasProgram = (program) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'].some((folder) =>
    existsSync(`${folder}/${program}`),
  );
const programs =
  (...names) =>
  () =>
    names.every(hasProgram);
const extension = (name) => (php) => php.has(name);
const hasFaketime = () =>
  existsSync('/usr/lib') &&
  readdirSync('/usr/lib').some((folder) => existsSync(`/usr/lib/${folder}/faketime/libfaketimeMT.so.1`));

/** Debian's packages, and what each is recognised by. */
const servers = [
  { name: 'mariadb-server', isThere: programs('mariadbd', 'mariadb-install-db') },
  { name: 'redis-server', isThere: programs('redis-server') },
  { name: 'openssh-server', isThere: programs('sshd') },
  { name: 'openssh-client', isThere: programs('ssh', 'ssh-keygen') },
  { name: 'supervisor', isThere: programs('supervisord', 'supervisorctl') },
  { name: 'php-cli', isThere: programs('php') },
  { name: 'php-mysql', isThere: extension('pdo_mysql') },
  { name: 'php-redis', isThere: extension('redis') },
  { name: 'php-curl', isThere: extension('curl') },
  { name: 'php-mbstring', isThere: extension('mbstring') },
  { name: 'php-xml', isThere: extension('dom') },
  { name: 'composer', isThere: programs('composer') },
  { name: 'unzip', isThere: programs('unzip') },
  { name: 'libfaketime', isThere: hasFaketime },
];
const browser = {
  name: 'chromium',
  isThere: () => ['chromium', 'chromium-browser', 'google-chrome'].some(hasProgram),
};

/** Come along with the browser, so that its pictures show emoji and Chinese; it works without them. */
const fonts = ['fonts-noto-color-emoji', 'fonts-droid-fallback'];

/**
 * Installs what is missing where that is allowed (root on Debian or Ubuntu); else throws what to install and how. The
 * packages' own services are not started. Never two at once: see `oneAtATime`.
 */
export function ensurePackages(of) {
  const wanted = wantedOf(of);
  const missing = findMissing(wanted);
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new NotReady(
      [
        `These packages are missing: ${missing.join(', ')}.`,
        `On Debian or Ubuntu: sudo ${command}`,
        'Elsewhere: the packages of the same programs.',
      ].join('\n'),
    );
  }
  console.log(`Installing ${missing.join(', ')} …`);
  install(missing.includes(browser.name) ? [...missing, ...fonts] : missing);
  const still = findMissing(wanted);
  if (still.length > 0) throw new NotReady(`Still missing after ${command}: ${still.join(', ')}.`);
}

export const arePackagesThere = (of) => findMissing(wantedOf(of)).length === 0;

const wantedOf = ({ servers: withServers, browser: withBrowser }) => [
  ...(withServers ? servers : []),
  ...(withBrowser ? [browser] : []),
];

function findMissing(wanted) {
  if (wanted.length === 0) return [];

  const { stdout } = spawnSync('php', ['-m'], { encoding: 'utf8' });
  const php = new Set((stdout ?? '').split('\n').map((line) => line.trim().toLowerCase()));
  return wanted.filter(({ isThere }) => !isThere(php)).map(({ name }) => name);
}

function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) =>
    spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...words], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    }).status;
  // A list that can't be fetched may still be good enough: installing will tell.
  apt('update');
  withoutServices(() => {
    if (apt('install', '-y', '--no-install-recommends', ...names) !== 0)
      throw new NotReady(`apt-get install ${names.join(' ')} failed; its own words are above.`);
  });
}

const noServices = "#!/bin/sh\n# While Queuekeeper's set-up installs packages.\nexit 101\n";

/** The world starts its own servers; the packages' own must not start on this machine because of us. */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  // One that is there already is this machine's own, and is kept; unless a set-up of ours left it that was killed.
  const isOurs = !existsSync(policy) || readFileSync(policy, 'utf8') === noServices;
  // Ctrl-C reaches apt; what we put there has to be removed after it.
  const stay = () => undefined;
  process.on('SIGINT', stay);
  if (isOurs) {
    writeFileSync(policy, noServices);
    chmodSync(policy, 0o755);
  }
  try {
    work();
  } finally {
    if (isOurs) rmSync(policy, { force: true });
    process.off('SIGINT', stay);
  }
}
