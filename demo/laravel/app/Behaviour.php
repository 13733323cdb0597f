<?php

namespace App;

/**
 * What a job shall do is read when it runs, from storage/behaviour.json: by its business key, else by its class.
 * {"RefundOrderJob": {"do": "throw", "exception": "provider"}, "2f6c…": {"do": "slow", "seconds": 3}}
 */
class Behaviour
{
    public static function of(string $class, string $key): void
    {
        $do = self::told($class, $key);
        match ($do['do']) {
            'throw' => throw Failures::make($do['exception'] ?? 'content', $key),
            'slow' => self::work((float) ($do['seconds'] ?? 3)),
            'wait' => self::waitForAnother($class, $key),
            'time-out' => self::timeOut((int) ($do['seconds'] ?? 1)),
            'die' => posix_kill(getmypid(), SIGKILL),
            'exit' => exit((int) ($do['code'] ?? 3)),
            default => null,
        };
    }

    private static function told(string $class, string $key): array
    {
        $file = storage_path('behaviour.json');
        $told = is_file($file) ? json_decode(file_get_contents($file), true) : [];
        return $told[$key] ?? $told[class_basename($class)] ?? ['do' => 'succeed'];
    }

    /** Works until it is told something else, and does that. */
    private static function waitForAnother(string $class, string $key): void
    {
        while (self::told($class, $key)['do'] === 'wait') {
            usleep(20_000);
        }
        self::of($class, $key);
    }

    /** A signal ends a sleep early, and no real work: so this sleeps on. */
    private static function work(float $seconds): void
    {
        for ($end = microtime(true) + $seconds; microtime(true) < $end;) {
            usleep(20_000);
        }
    }

    /** The worker's own alarm, only earlier than its --timeout. */
    private static function timeOut(int $seconds): void
    {
        pcntl_alarm($seconds);
        self::work($seconds + 30);
    }
}
