using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Leads: put forward, converted, turned down.</summary>
public sealed class LeadTests(PartneroNode node) : IClassFixture<PartneroNode>, IAsyncLifetime
{
    private const string Mia = """{"name":"Mia Ray","email":"mia@example.com","partner":{"key":"JOHN20"}}""";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Invariants.CheckAsync(node.Server.Services);

    [Fact]
    public async Task PN58_a_converted_lead_is_one_customer_of_its_partner_with_one_order()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("leads", Mia)).Ok(201);
        made.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["id", "status", "created_at", "lead_info", "converted_to", "submitter", "submission_form", "can_be_converted", "can_be_rejected"]);
        made.GetProperty("created_at").GetString()!.ShouldMatch("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
        made.GetProperty("submitter").GetProperty("id").GetString().ShouldBe("partner_123");
        var id = made.GetProperty("id").GetInt64();
        var converted = (await shop.PostAsync("leads/convert", $$"""{"id":{{id}},"commission_transaction_amount":"80.00"}""")).Ok();
        converted.GetProperty("status").GetString().ShouldBe("converted");
        converted.GetProperty("converted_to").GetProperty("key").GetString().ShouldBe("mia@example.com");
        (await shop.GetAsync("customers/mia@example.com")).Ok().GetProperty("partner").GetString().ShouldBe("partner_123");
        (await shop.GetAsync("customers/mia@example.com")).Ok().GetProperty("via").GetString().ShouldBe("manual");
        (await shop.GetAsync("transactions")).Each("amount").ShouldBe(["80"]);
        (await shop.OwedAsync()).ShouldBe(1600);
        (await shop.GetAsync($"leads/convert?id={id}")).Refused(422, "invalid", "id");
        (await shop.GetAsync($"leads/reject?id={id}")).Refused(422, "invalid", "id");
        (await shop.DeleteAsync($"leads/{id}")).Refused(422, "invalid", "id");
        var other = (await shop.PostAsync("leads", Mia.Replace("mia", "ann", StringComparison.Ordinal))).Ok(201).GetProperty("id").GetInt64();
        (await shop.GetAsync($"leads/convert?id={other}")).Ok().GetProperty("status").GetString().ShouldBe("converted");
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(2);
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(1);
    }

    [Fact]
    public async Task PN58_a_lead_that_is_a_customer_already_moves_to_its_partner()
    {
        var shop = await node.OpenSellingAsync();
        await shop.AddPartnerAsync("other", "OTHER1", "other@example.com");
        (await shop.PostAsync("customers", """{"key":"c1","email":"Mia@example.com","partner":"OTHER1"}""")).Ok(201);
        (await shop.PostAsync("transactions", """{"key":"t1","amount":10,"customer":"c1"}""")).Ok(201);
        var id = (await shop.PostAsync("leads", Mia)).Ok(201).GetProperty("id").GetInt64();
        (await shop.PostAsync("leads/convert", $$"""{"id":{{id}}}""")).Ok().GetProperty("converted_to").GetProperty("key").GetString().ShouldBe("c1");
        (await shop.GetAsync("customers/c1")).Ok().GetProperty("partner").GetString().ShouldBe("partner_123");
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(1);
    }

    [Fact]
    public async Task The_forms_questions_are_asked_and_kept_with_their_answers()
    {
        var form = new JsonArray(
            new JsonObject { ["id"] = "size", ["title"] = "Team size", ["type"] = "select", ["required"] = true, ["options"] = new JsonArray("small", "large") },
            new JsonObject { ["id"] = "why", ["title"] = "Why", ["type"] = "textarea" });
        var shop = await node.OpenSellingAsync(new JsonObject { ["prospects"] = new JsonObject { ["fields"] = form } });
        await shop.StartAsync(SellingShop.Paying(new FixedAmount(new Money(1500, Currency.Of("USD"))), StepTrigger.Lead));
        var details = (await shop.GetAsync("leads/details")).Ok();
        details.GetProperty("leads_enabled").GetString().ShouldBe("1");
        details.GetProperty("leads_commission").GetProperty("commission").GetRawText().ShouldBe("15");
        details.GetProperty("leads_custom_form_fields")[0].GetProperty("options")[1].GetString().ShouldBe("large");
        (await shop.PostAsync("leads", Mia)).Refused(422, "invalid", "cfields.size");
        (await shop.PostAsync("leads", Mia[..^1] + ""","cfields":{"size":"huge"}}""")).Refused(422, "invalid", "cfields.size");
        var made = (await shop.PostAsync("leads", Mia[..^1] + ""","cfields":{"size":["small"],"why":"Because","more":1}}""")).Ok(201);
        made.GetProperty("submission_form").GetRawText().ShouldBe("""[{"question":"Team size","answer":"small"},{"question":"Why","answer":"Because"}]""");
        (await shop.PostAsync("leads/reject", $$"""{"id":{{made.GetProperty("id")}}}""")).Ok().GetProperty("status").GetString().ShouldBe("rejected");
        (await shop.GetAsync("leads?status=rejected")).Each("status").ShouldBe(["rejected"]);
        (await shop.GetAsync("leads?status=submitted")).Each("status").ShouldBeEmpty();
        (await shop.DeleteAsync($"leads/{made.GetProperty("id")}")).Done();
        (await shop.GetAsync($"leads/{made.GetProperty("id")}")).Refused(404, "not_found");
        (await shop.PostAsync("leads", """{"name":"x","email":"nonsense","partner":"nobody"}""")).Refused(422, "invalid", "email");
        (await shop.PostAsync("leads/convert", "{}")).Refused(422, "invalid", "id");
        (await shop.PostAsync("leads/convert", """{"id":999999}""")).Refused(404, "not_found");
    }
}
