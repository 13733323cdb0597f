<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;

class GenerateReportJob extends AppJob
{
    public function __construct(public string $attemptId)
    {
    }

    public function handle(): void
    {
        $this->behave($this->attemptId);
        DB::table('report_jobs')->where('attempt_id', $this->attemptId)->update(['status' => 'success', 'updated_at' => now()]);
    }
}
