<?php

namespace App\Notifications;

use App\Behaviour;
use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Notifications\Messages\MailMessage;
use Illuminate\Notifications\Notification;

class RefundedNotification extends Notification implements ShouldQueue
{
    use Queueable;

    public function __construct(public string $orderNo)
    {
    }

    public function via($notifiable): array
    {
        return ['mail'];
    }

    public function toMail($notifiable): MailMessage
    {
        Behaviour::of(static::class, $this->orderNo);

        return (new MailMessage())->line('Refunded');
    }
}
