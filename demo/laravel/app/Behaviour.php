<?php

namespace App;

use DomainException;
use Illuminate\Database\Eloquent\ModelNotFoundException;
use Illuminate\Support\Facades\DB;
use RuntimeException;

/** What a job shall do is read from storage/behaviour.json when it runs: by its business key, else by its class. */
class Behaviour
{
    public static function of(string $class, string $key): void
    {
        $file = storage_path('behaviour.json');
        $told = is_file($file) ? json_decode(file_get_contents($file), true) : [];
        $do = $told[$key] ?? $told[class_basename($class)] ?? ['do' => 'succeed'];
        match ($do['do']) {
            'throw' => self::fail($do['exception'] ?? 'content', $key),
            'slow', 'time-out' => sleep((int) ($do['seconds'] ?? 3)),
            'die' => posix_kill(getmypid(), SIGKILL),
            default => null,
        };
    }

    private static function fail(string $kind, string $key): void
    {
        throw match ($kind) {
            'provider' => new RuntimeException("cURL error 28: Operation timed out after 10001 milliseconds for order {$key}"),
            'model' => (new ModelNotFoundException())->setModel('App\\Models\\Order', [$key]),
            'budget' => new DomainException("AI_BUDGET_EXCEEDED: monthly budget of 200 USD is used up for insight {$key}"),
            'deadlock' => self::deadlock(),
            'secret' => new RuntimeException("login failed for mysql://fap:hunter2secret@db:3306/fap token=abcdef123456 <!channel>"),
            default => new RuntimeException("content pack unreadable: packs/{$key}/manifest.json"),
        };
    }

    private static function deadlock(): \Throwable
    {
        try {
            DB::statement("SIGNAL SQLSTATE '40001' SET MESSAGE_TEXT = 'Deadlock found when trying to get lock; try restarting transaction', MYSQL_ERRNO = 1213");
        } catch (\Throwable $error) {
            return $error;
        }

        return new RuntimeException('Deadlock found');
    }
}
