/**
 * `ops/runner/queuekeeper-log`, byte for byte (a test compares them): where a host has a plain login, this text is handed to
 * its `sh` with nothing in it but words that are checked here and there.
 */
export const logScript = `#!/bin/sh
# Looks into a log and what it was rotated to, for Queuekeeper. Runs as the application's user, in the application's folder.
# Reads regular files only, never a link; takes no text to look for: it hands over bytes, and the search is done elsewhere.
#
#   list PATH...                  the host's time; mode, device:inode, size, last change and name of each log and its neighbours
#   probe PATH FILE BLOCK...      64 KiB from each of these blocks, one after the other
#   read PATH FILE BLOCK COUNT    so many blocks of 64 KiB from there on
#   unpack PATH FILE BYTES        the last bytes of what a .gz holds
#
# FILE is device:inode as listed, so that a log that is rotated meanwhile is still found. All but \`list\` answer in gzip.
# Exit codes: 64 wrong words, 66 no longer there (or truncated: list again), 77 no right to read it.
set -u
LC_ALL=C
export LC_ALL

refuse() {
  echo "queuekeeper: $2" >&2
  exit "$1"
}

# Of \`logs/app.log\`: itself, app.log.1, app.log-20261126, app-2026-11-26.log, each also with .gz behind.
look() {
  folder=. base=$1
  case $1 in */*) folder=\${1%/*} base=\${1##*/} ;; esac
  stem=$base ending=
  case $base in ?*.*) stem=\${base%.*} ending=.\${base##*.} ;; esac
  stat -c '%f %d:%i %s %Y %n' -- "$folder/$base" "$folder/$base".[0-9]* "$folder/$base"-[0-9]* \\
    "$folder/$stem"-[0-9]*"$ending" "$folder/$stem"-[0-9]*"$ending".* 2>/dev/null |
    while read -r mode file size changed name; do
      # Whatever somebody calls a file: no line of another one can be made of its name.
      case $name in
        "$folder/$base") ;;
        "$folder/$stem"*) case \${name#"$folder/$stem"} in *[!A-Za-z0-9._-]*) continue ;; esac ;;
        *) continue ;;
      esac
      printf '%s\\n' "$mode $file $size $changed $name"
    done
  [ -r "$folder/" ] || [ ! -d "$folder/" ] || echo "closed $folder"
}

# Opens it as 3. What was opened is compared with what was listed, so that nobody can put a link there in between.
open() {
  file=$(look "$1" | sed -n "s/^[^ ]* $2 [^ ]* [^ ]* //p" | head -n 1)
  [ -n "$file" ] && [ -f "$file" ] && [ ! -L "$file" ] || refuse 66 'this log is no longer there'
  [ -r "$file" ] || refuse 77 'this log can not be read'
  exec 3<"$file"
  [ "$(stat -L -c '%d:%i' /proc/self/fd/3)" = "$2" ] || refuse 66 'this log is no longer there'
}

numbers() {
  for number do
    case $number in '' | *[!0-9]*) refuse 64 'not a number' ;; esac
  done
}

blocks() {
  dd if=/proc/self/fd/3 bs=65536 skip="$1" count="$2" 2>/dev/null || echo 'queuekeeper: this log could not be read on' >&2
}

verb=\${1-}
[ $# -ge 2 ] || refuse 64 'too few words'
shift
if [ "$verb" = list ]; then
  echo "queuekeeper: the time is $(date +%s)"
  for path do
    echo "log $path"
    look "$path"
  done
  exit 0
fi
[ $# -ge 3 ] || refuse 64 'too few words'
path=$1 id=$2
shift 2
case $id in *[!0-9:]* | *:*:* | :* | *:) refuse 64 'not a file' ;; *:*) ;; *) refuse 64 'not a file' ;; esac
numbers "$@"
open "$path" "$id"
case $verb/$# in
  probe/*) for block do blocks "$block" 1; done | gzip -1 ;;
  read/2) blocks "$1" "$2" | gzip -1 ;;
  unpack/1)
    # 2 is a warning: there is more behind the packed bytes.
    { gzip -dc <&3 2>/dev/null || [ $? -eq 2 ] || echo 'queuekeeper: this log could not be unpacked' >&2; } |
      tail -c "$1" | gzip -1
    ;;
  *) refuse 64 'not one of my words' ;;
esac
`;
