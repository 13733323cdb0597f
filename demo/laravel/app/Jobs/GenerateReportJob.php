<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;
use Throwable;

/** The older way to make a report: its row follows the job, and a job that was given up marks it failed. */
class GenerateReportJob extends AppJob
{
    public function __construct(public string $attemptId)
    {
    }

    public function handle(): void
    {
        $this->update(['status' => 'running', 'tries' => DB::raw('tries + 1'), 'started_at' => now()]);
        $this->behave($this->attemptId);
        $this->update(['status' => 'success', 'finished_at' => now(), 'report_json' => '{"type":"INTJ-A"}', 'last_error' => null]);
    }

    public function failed(Throwable $error): void
    {
        $this->update([
            'status' => 'failed',
            'failed_at' => now(),
            'last_error' => mb_strcut($error->getMessage(), 0, 1024),
            'last_error_trace' => $error->getTraceAsString(),
        ]);
    }

    private function update(array $values): void
    {
        $this->change('report_jobs', ['attempt_id' => $this->attemptId], $values);
    }
}
