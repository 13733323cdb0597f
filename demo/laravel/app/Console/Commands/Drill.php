<?php

namespace App\Console\Commands;

use Illuminate\Console\Command;
use Illuminate\Support\Str;

/** Makes one failure of the reports queue, for practice: the job fails once and would succeed when retried. */
class Drill extends Command
{
    protected $signature = 'fap:drill {queue}';
    protected $description = 'Make one failure for practice';

    public function handle(): int
    {
        if ($this->argument('queue') !== 'reports') {
            $this->error('Only reports can be drilled.');

            return 1;
        }
        $key = 'drill-'.Str::lower(Str::random(10));
        $file = storage_path('behaviour.json');
        $told = is_file($file) ? json_decode(file_get_contents($file), true) : [];
        file_put_contents($file, json_encode($told + [$key => ['do' => 'throw', 'exception' => 'content']]));
        $this->call('fap:dispatch', ['kind' => 'GenerateReportSnapshotJob', '--key' => $key]);
        $this->call('queue:work', ['connection' => 'database', '--queue' => 'reports', '--stop-when-empty' => true, '--max-jobs' => 1, '--tries' => 1]);
        file_put_contents($file, json_encode($told));

        return 0;
    }
}
