<?php

namespace App\Console\Commands;

use App\RenamingFailer;
use Illuminate\Console\Command;
use Illuminate\Support\Str;

/**
 * Makes one failure of the reports queue, for practice: the job fails once and would succeed when retried. It runs here, on
 * a queue of its own, so that no worker takes it first and no other job is touched; the failure is recorded for reports.
 */
class Drill extends Command
{
    protected $signature = 'fap:drill {queue}';
    protected $description = 'Make one failure for practice';

    public function handle(): int
    {
        $queue = $this->argument('queue');
        if ($queue !== 'reports') {
            $this->error('Only reports can be drilled.');

            return 1;
        }
        $key = 'drill-'.Str::lower(Str::random(10));
        $this->laravel->extend('queue.failer', fn ($failer) => new RenamingFailer($failer, $key, $queue));
        $this->tell($key, ['do' => 'throw', 'exception' => 'content']);
        $this->call('fap:dispatch', ['kind' => 'GenerateReportSnapshotJob', '--key' => $key, '--queue' => $key]);
        $this->call('queue:work', ['connection' => 'database', '--queue' => $key, '--stop-when-empty' => true, '--sleep' => 0, '--tries' => 1]);
        $this->tell($key, null);

        return 0;
    }

    private function tell(string $key, ?array $behaviour): void
    {
        $file = storage_path('behaviour.json');
        $told = is_file($file) ? json_decode(file_get_contents($file), true) : [];
        unset($told[$key]);
        $fresh = $file.'.drill';
        file_put_contents($fresh, json_encode((object) ($behaviour === null ? $told : $told + [$key => $behaviour])));
        // In one piece: a worker may read it at any time.
        rename($fresh, $file);
    }
}
