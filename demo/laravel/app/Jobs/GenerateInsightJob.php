<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;

class GenerateInsightJob extends AppJob
{
    public function __construct(public string $insightId)
    {
    }

    public function handle(): void
    {
        $this->behave($this->insightId);
        DB::table('ai_insights')->where('id', $this->insightId)->update(['status' => 'succeeded', 'updated_at' => now()]);
    }
}
